"""What is compared with what. Every function measures one group and yields its lines of the table."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from benchmarks.databases import counts
from benchmarks.generate import WIDTH
from benchmarks.measuring import expect, manage, run
from benchmarks.reading import generated, read_pages

#: without the locator, as in the measurements that the goals come from
NINE = WIDTH - 1


@dataclass(frozen=True)
class Sizes:
    """Numbers of rows: `few` for imports, `stock` for the slow side of them, `bulk` for large files and exports,
    `huge` for the memory of an export, 0 where that is not asked for; of `misspelt` names; of agreements whose `pages`
    are read, and of `questions` of each kind."""

    few: int = 10_000
    stock: int = 300
    bulk: int = 100_000
    huge: int = 0
    misspelt: int = 200
    repetitions: int = 5
    pages: int = 100_000
    questions: int = 20


@dataclass(frozen=True)
class Line:
    """One line of the table; `value` is what the target speaks of, `goal` is ("<=" or ">=", number), or None."""

    what: str
    ours: str
    theirs: str
    value: float
    goal: tuple | None
    unit: str = "x"

    @property
    def is_met(self):
        sign, number = self.goal
        return self.value <= number if sign == "<=" else self.value >= number

    def cells(self):
        value = f"{self.value:.3g} {self.unit}"
        if self.goal is None:
            return [self.what, self.ours, self.theirs, value, "", ""]
        sign, number = self.goal
        target = f"{sign} {number:.3g}"
        return [self.what, self.ours, self.theirs, value, target, "met" if self.is_met else "MISSED"]


class Runs:
    """Measurements of one group by name; asked for one, it gives the medians of its repetitions."""

    def __init__(self):
        self.taken = defaultdict(list)

    def add(self, name, taken):
        self.taken[name].append(taken)

    def __getitem__(self, name):
        taken = self.taken[name]
        return {unit: median(one[unit] for one in taken) for unit in taken[0]}

    def seconds(self, *names):
        return sum(self[name]["seconds"] for name in names)

    def mib(self, *names):
        return max(self[name]["mib"] for name in names)


class Files:
    """The generated workbooks, each made once, and what was counted while making them."""

    def __init__(self, folder):
        self.folder, self.counts = folder, {}

    def agreements(self, rows, start=0, width=WIDTH):
        path = self.folder / f"{rows}-{start}-{width}.xlsx"
        if path not in self.counts:
            self.counts[path] = run("generate", "workbook", path, rows, start, width)
        return path


class Bench:
    """One server with its prepared databases, and the files."""

    def __init__(self, server, files, sizes, datasette=""):
        self.server, self.files, self.sizes, self.datasette = server, files, sizes, datasette

    @cached_property
    def base(self):
        """The register with its own content and the sources that the synthetic agreements cite."""
        url = self.server.copy(self.content)
        run("limit", "sources", url=url)
        return url

    @cached_property
    def content(self):
        """The register with its own content alone."""
        url = self.server.create()
        manage(url, "migrate", "--verbosity", "0")
        manage(url, "load_content", "--only", "seeds")
        return url

    @cached_property
    def large(self):
        """What the preview and import of one large file took in one process, and the database after it."""
        url, path = self.fresh(), self.files.agreements(self.sizes.bulk, width=NINE)
        taken = run("ours", "both", path, self.sizes.bulk, url=url)
        self.check(url, path)
        run("limit", "analyse", url=url)
        return taken, url

    def fresh(self, of_content=False):
        return self.server.copy(self.content if of_content else self.base)

    line = Line

    def check(self, url, path):
        expect(f"counts in {self.server.name}", counts(url), self.files.counts[path])


def imports(bench):
    """Ours, stock and the limit in turn, so that a noisy moment strikes them alike."""
    runs, kept = Runs(), keep(bench)
    for _ in range(bench.sizes.repetitions):
        for module, rows in (("ours", bench.sizes.few), ("stock", bench.sizes.stock)):
            import_twice(bench, runs, module, rows)
        import_at_the_limit(bench, runs, kept)
    yield from lines_of_imports(bench, runs)


def keep(bench):
    """The file of what the register derives from each row, from an import that is not measured."""
    rows, kept = bench.sizes.few, bench.files.folder / f"kept-{bench.server.name}.json"
    url = bench.fresh()
    run("ours", "store", bench.files.agreements(rows), rows, url=url)
    run("limit", "keep", kept, url=url)
    bench.server.drop(url)
    return kept


def import_twice(bench, runs, module, rows):
    """Preview, import and the import of the same file again."""
    path, url = bench.files.agreements(rows), bench.fresh()
    for step in ("preview", "store", "again"):
        runs.add(f"{module} {step}", run(module, step, path, rows, url=url))
    bench.check(url, path)
    bench.server.drop(url)


def import_at_the_limit(bench, runs, kept):
    rows = bench.sizes.few
    path, url = bench.files.agreements(rows), bench.fresh()
    runs.add("limit", run("limit", "store", path, rows, kept, url=url))
    bench.check(url, path)
    bench.server.drop(url)


def lines_of_imports(bench, runs):
    rows, of_stock = bench.sizes.few, bench.sizes.stock

    def line(what, steps, others, other_rows, goal):
        rate, other = rows / runs.seconds(*steps), other_rows / runs.seconds(*others)
        ours, theirs = rate_cell(rate, runs.mib(*steps)), rate_cell(other, runs.mib(*others))
        return Line(f"{bench.server.name}: {what}", ours, theirs, rate / other, (">=", goal))

    way, goal = ("executemany", 1 / 5) if bench.server.name == "SQLite" else ("COPY", 1 / 3)
    stock = f"{rows:,} rows / stock {of_stock:,}"
    both = [[f"{module} {step}" for step in ("preview", "store")] for module in ("ours", "stock")]
    yield line(f"preview + import, {stock}", *both, of_stock, 40)
    yield line(f"import, {rows:,} rows / bare {way}", ["ours store"], ["limit"], rows, goal)
    yield line(f"unchanged again, {stock}", ["ours again"], ["stock again"], of_stock, 50)


def rate_cell(rate, mib):
    return f"{rate:,.0f} rows/s, {mib:.0f} MiB"


def time_cell(taken):
    return f"{taken['seconds']:.2f} s, {taken['mib']:.0f} MiB"


def reading(bench):
    """Without a database, so once for all servers."""
    rows, runs = bench.sizes.bulk, Runs()
    path = bench.files.agreements(rows, width=NINE)
    for _ in range(bench.sizes.repetitions):
        for module in ("ours", "stock"):
            runs.add(module, run(module, "read", path, rows))
    ratio = runs.seconds("stock") / runs.seconds("ours")
    what = f"reading xlsx, {rows:,} x {NINE} / tablib"
    yield Line(what, time_cell(runs["ours"]), time_cell(runs["stock"]), ratio, (">=", 5))


def names(bench):
    """Without a database too: near names beside those that the standard library finds."""
    runs = Runs()
    for _ in range(bench.sizes.repetitions):
        for step in ("ours", "stdlib"):
            runs.add(step, run("names", step, bench.sizes.misspelt))
    ours, stdlib = runs["ours"], runs["stdlib"]
    expect("names found, at least as many as difflib's", ours["found"] >= stdlib["found"], True)
    what = f"near names, {bench.sizes.misspelt} misspelt / difflib"
    yield Line(what, time_cell(ours), time_cell(stdlib), stdlib["seconds"] / ours["seconds"], (">=", 10))


def memory(bench):
    """Once, since it takes long."""
    taken, _url = bench.large
    what = f"{bench.server.name}: peak memory of preview + import, {bench.sizes.bulk:,} x {NINE}"
    yield Line(what, time_cell(taken), "", taken["mib"], ("<=", 250), "MiB")


def filled(bench, rows):
    """A database with `rows` synthetic agreements, brought in by the register itself, in files of at most `bulk`."""
    url, most = bench.fresh(), bench.sizes.bulk
    for start in range(0, rows, most):
        number = min(most, rows - start)
        run("ours", "store", bench.files.agreements(number, start, NINE), number, url=url)
    expect("records for the export", counts(url)["records"], rows)
    run("limit", "analyse", url=url)
    return url


def exports_in_turn(bench, step):
    runs, (_taken, url) = Runs(), bench.large
    for _ in range(bench.sizes.repetitions):
        for module in ("ours", "limit" if step == "export_csv" else "stock"):
            runs.add(module, run(module, step, url=url))
    return runs


def csv_export(bench):
    runs = exports_in_turn(bench, "export_csv")
    ours, limit = runs["ours"], runs["limit"]
    expect("a csv no smaller than the limit's", ours["size"] > 0.9 * limit["size"], True)  # but for quotes
    what = f"{bench.server.name}: csv of {bench.sizes.bulk:,}"
    way = "csv.writer" if bench.server.name == "SQLite" else "COPY"
    ratio = ours["seconds"] / limit["seconds"]
    yield Line(f"{what} / bare {way}", time_cell(ours), time_cell(limit), ratio, ("<=", 3))
    first = [f"{taken['first']:.2f} s" for taken in (ours, limit)]
    yield Line(f"{what}, first row after", *first, ours["first"], ("<=", 0.5), "s")
    yield growth(bench, bench.sizes.bulk // 10, bench.sizes.bulk, ours)
    if bench.sizes.huge:
        yield growth(bench, bench.sizes.huge, bench.sizes.bulk, ours)


def growth(bench, other_rows, rows, taken):
    """Peak memory of the larger export, once, beside that of the smaller."""
    url = filled(bench, other_rows)
    other = run("ours", "export_csv", url=url)
    bench.server.drop(url)
    (few, small), (many, large) = sorted([(rows, taken), (other_rows, other)], key=lambda pair: pair[0])
    what = f"{bench.server.name}: memory of csv, {many:,} / {few:,}"
    return Line(what, time_cell(large), time_cell(small), large["mib"] / small["mib"], ("<=", 1.1))


def xlsx_export(bench):
    """The writer is the same for every server, so once. Memory counts above that of an idle process."""
    runs, idle = exports_in_turn(bench, "export_xlsx"), run("ours", "idle", url=bench.base)["mib"]
    ours, stock = runs["ours"], runs["stock"]
    what = f"{bench.server.name}: xlsx of {bench.sizes.bulk:,} / tablib"
    yield Line(what, time_cell(ours), time_cell(stock), ours["seconds"] / stock["seconds"], ("<=", 2 / 3))
    above = [taken["mib"] - idle for taken in (ours, stock)]
    cells = [f"{mib:.0f} MiB above {idle:.0f}" for mib in above]
    yield Line(f"{what}, memory", *cells, above[0] / above[1], ("<=", 1 / 15))


def questions(bench):
    """Every answer to random questions beside the number that the database counts."""
    url = generated(bench, bench.sizes.pages)
    number, changes = 10 * bench.sizes.questions, 50
    for moment, (answers, seconds) in run("questions", "agree", number, changes, url=url).items():
        what = f"{bench.server.name} {bench.sizes.pages:,}: {number} questions, {moment}"
        yield Line(what, f"{answers:,} answers", f"{answers:,} agree", seconds, None, "s")
    bench.server.drop(url)


#: by the name that --only takes: what is measured on every server, and what once
GROUPS = {
    "import": imports,
    "read": reading,
    "names": names,
    "memory": memory,
    "csv": csv_export,
    "xlsx": xlsx_export,
    "read-pages": read_pages,
    "questions": questions,
}
ONCE = ("read", "names", "xlsx")
#: what takes long and runs only when it is named
ALONE = ("questions",)
