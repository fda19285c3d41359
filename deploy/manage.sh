#!/bin/sh
# A command with the settings of the server and as its user: sh /srv/register/deploy/manage.sh doctor
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "Run it as root: it reads /etc/register.env, and becomes the user register." >&2
    exit 2
fi
# As systemd reads it: a value may have blanks, and is not looked into.
while IFS= read -r line; do
    case $line in
    [A-Z]*=*) export "${line?}" ;;
    esac
done < /etc/register.env
# As the units of systemd have it.
export DEBUG=0 PREPARED=1 PYTHONDONTWRITEBYTECODE=1
export STATE_DIR=/var/lib/register/state DUMPS_DIR=/var/lib/register/dumps BACKUPS_DIR=/var/lib/register/backups
cd /srv/register
umask 027
exec runuser -u register -- .venv/bin/python manage.py "$@"
