"""Where the rows of lessons stand in the text of the syllabus's files, for those who add or take out one."""

import ast


def rows(text: str) -> list[ast.Call]:
    """Return the rows of a family's table LESSONS, in order; none for a file that holds no such table."""
    table = table_of(text)
    return [row for row in table.elts if isinstance(row, ast.Call)] if table else []


def number_of(row: ast.Call) -> int:
    """Return the number of the lesson that a row is of."""
    (number,) = (ast.literal_eval(keyword.value) for keyword in row.keywords if keyword.arg == "number")
    return number


def end_of_table(text: str) -> int:
    """Return the line, counted from one, on which the table of a family ends."""
    table = table_of(text)
    if table is None or table.end_lineno is None:
        raise ValueError("this file of the syllabus has no LESSONS: tuple[Lesson, ...] = (...): write that first.")
    return table.end_lineno


def table_of(text: str) -> ast.Tuple | None:
    """Return the table LESSONS of a file of the syllabus, or None where it has none."""
    assigned = [n for n in ast.parse(text).body if isinstance(n, ast.AnnAssign) and ast.unparse(n.target) == "LESSONS"]
    values = [n.value for n in assigned]
    return next((value for value in values if isinstance(value, ast.Tuple)), None)
