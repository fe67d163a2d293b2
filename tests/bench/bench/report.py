"""The table at the end: a line for each router, medians, and how vrfd compares."""


def shown(value):
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def ratio(mine, theirs):
    return f"{mine / theirs:.2f}" if theirs and mine is not None else "-"


def lines(scenario, routes, medians):
    """The scenario's table; the ratios are vrfd's value over the other's."""
    if not medians:
        return []
    metrics = list(dict.fromkeys(metric for row in medians.values() for metric in row))
    mine = medians.get("vrfd", {})
    rows = [["router"] + metrics]
    for router, row in medians.items():
        rows.append([router] + [shown(row[metric]) if metric in row else "-" for metric in metrics])
    for router, row in medians.items():
        if router != "vrfd" and mine:
            rows.append([f"vrfd / {router}"] + [ratio(mine.get(metric), row.get(metric)) for metric in metrics])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = [f"{scenario.name}: {scenario.what} ({routes:,} routes)"]
    for row in rows:
        text.append("  " + row[0].ljust(widths[0]) + "".join("  " + cell.rjust(width) for cell, width in zip(row[1:], widths[1:])))
    return text
