"""A text inside SQL that is made as a whole: for engines that take no parameters where a plan needs them."""


def quoted(text: str) -> str:
    """`text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(text: str) -> str:
    """`text` as an SQL name."""
    return '"' + text.replace('"', '""') + '"'
