"""What nobody writes but programs that look for a weakness: values of parameters, fields and parts of addresses."""

MARK = "zq9"
#: each would do something in a browser if it stood in a page as it is
ACTIVE = (
    f"<script>{MARK}(1)</script>",
    f'"><img src=x onerror={MARK}(1)>',
    f"'><svg onload={MARK}(1)>",
    f"</script></title></textarea><script>{MARK}(1)</script>",
    f"javascript:{MARK}(1)",
    f'" autofocus onfocus={MARK}(1) x="',
    f"--><script>{MARK}(1)</script><!--",
    f"]]><script>{MARK}(1)</script>",
)
#: the ends of the numbers that a machine can hold
ENDS = [str(sign * 2**bits + more) for bits in (31, 32, 63, 64) for sign in (1, -1) for more in (-1, 0)]
NUMBERS = (
    *"0 -0 -1 1.5 1e999 NaN Infinity 0x10 1_000 +1 1000000000 ² Ⅷ ٣ ٢٠٠٥ １９９９ ०".split(),
    "9" * 20,
    "9" * 30,
    *ENDS,
)
YEARS = (
    *"-1 0 0000 1 1499 1500 2200 2201 9999 10000 2000/ /2000 2000- -2000 2000/.. ../2000 2000, ,2000 1,2,3".split(),
    *"2024-13-45 2018/2010 2010-02-30 1992-05-30 0001-01-01 9999-12-31 9999-12-31T23:59:59-23:59 20000101".split(),
    "весной 2022",
    "около 470 млрд",
)
TEXTS = (
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "x" * 1000,
        "‮txet",
        "\u200b",
        "\u200b\u200b",
        "\ufeff",
        "😀" * 50,
        "*" * 200,
    ),
    *("'; DROP TABLE relations_agreement; --", "' OR 1=1 --", "a\r\nX-Injected: yes", "{{ 7*7 }}", '["a", {'),
    *"% _ \\ %s%n {0} %(name)s .. ../.. ../../etc/passwd //evil.example/ https://evil.example/ [] {} ( [ !!!".split(),
    *("null true on None null-1 a,b ,,, и İ ß place-" + "9" * 30).split(),
)
LONG = (
    *("x" * 2000, "я" * 2000, "9" * 2000, "<" * 2000, "(" * 2000, "я х " * 500),
    " ".join(f"w{number}" for number in range(400)),
)
VALUES = (*TEXTS, *NUMBERS, *YEARS, *ACTIVE)
