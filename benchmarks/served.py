"""The WSGI application of a measured server. It says statements and memory where it is asked with `X-Count`."""

import os
import resource

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.served_settings"
plain = get_wsgi_application()


def application(environ, start_response):
    return counted(environ, start_response) if "HTTP_X_COUNT" in environ else plain(environ, start_response)


def counted(environ, start_response):
    from django.db import connection

    statements, begun = [], []

    def count(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        answer = plain(environ, lambda *arguments: begun.append(arguments))
        body = [*answer]
        if hasattr(answer, "close"):
            answer.close()
    status, headers, *_more = begun[0]
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start_response(status, [*headers, ("X-Statements", str(len(statements))), ("X-Memory", f"{mib:.0f}")])
    return body
