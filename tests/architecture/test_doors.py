"""One door per module: others import only its `api`, `kinds`, `ports` and `offline`."""

import grimp

MODULES_WITHOUT_DOOR = {"kernel", "site", "portals", "demo"}
#: `offline` is the door for programs that run without a database.
DOORS = {"api", "kinds", "ports", "offline"}


def test_modules_are_entered_through_their_doors() -> None:
    graph = grimp.build_graph("tongban", include_external_packages=False)
    around = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            _, _, rest = imported.partition(".")
            target, _, inside = rest.partition(".")
            own = importer.startswith(f"tongban.{target}.") or importer == f"tongban.{target}"
            if own or not target or target in MODULES_WITHOUT_DOOR:
                continue
            if inside.split(".")[0] not in DOORS:
                around.append(f"{importer} -> {imported}")
    assert not around
