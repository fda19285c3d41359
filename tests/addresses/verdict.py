"""What is said of all answers, and whether all is well."""

from collections import Counter

#: seconds of processor time
MOST_SECONDS = 2
WORST = 20
MOST_SHOWN = 600
FAILURES = {
    "answers with an error of the server": lambda one: is_error(one),
    "answers with active markup of an address": lambda one: one.active,
    f"answers slower than {MOST_SECONDS} s": lambda one: one.seconds > MOST_SECONDS,
}


def say_verdict(answers):
    """Prints figures and the worst addresses; returns whether no answer failed."""
    by_time = sorted(answers, key=lambda one: one.seconds)
    longest = by_time[-1]
    statuses = Counter(one.status for one in answers)
    print(f"answers: {len(answers)}, of different addresses: {len({one.address for one in answers})}")
    print("by status: " + ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items())))
    print(
        f"seconds of processor time: p50 {at(by_time, 0.5):.3f}, p99 {at(by_time, 0.99):.3f},"
        f" longest {longest.seconds:.2f}: {described(longest)}"
    )
    for name, fails in FAILURES.items():
        found = [one for one in by_time[::-1] if fails(one)]
        print(f"{name}: {len(found)}")
        for one in found[:WORST]:
            print(f"    {described(one)}")
    return not any(map(has_failed, answers))


def is_error(answer):
    """A busy machine may not be ready in time; to say so is what /readyz is for."""
    return answer.status >= 500 and not (
        answer.status == 503 and answer.address.partition("?")[0] == "/readyz"
    )


def has_failed(answer):
    return any(fails(answer) for fails in FAILURES.values())


def at(by_time, part):
    return by_time[min(int(len(by_time) * part), len(by_time) - 1)].seconds


def described(answer):
    number = len(answer.address)
    shown = (
        answer.address if number <= MOST_SHOWN else f"{answer.address[:MOST_SHOWN]}… ({number} characters)"
    )
    more = " ".join(filter(None, (answer.active, answer.where)))
    return f"{answer.status} {answer.seconds:.2f} s, {answer.who}: {shown}" + (f"  {more}" if more else "")
