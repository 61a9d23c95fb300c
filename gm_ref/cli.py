"""The command gm-ref: one word for each thing a learner, a teacher or an author does."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def build(
    check: bool = typer.Option(False, "--check", help="Only say what is out of date; exit 1 if anything is."),
    run: bool = typer.Option(False, "--run", help="Execute the solved notebooks anew even if their code is unchanged."),
) -> None:
    """Rebuild notebooks, solved notebooks and frozen diagnoses from their sources."""
    from gm_ref.course import build as builder

    if check:
        stale = list(builder.stale())
        for item in stale:
            typer.echo(str(item), err=True)
        raise typer.Exit(1 if stale else 0)
    for path in builder.build(run=run):
        typer.echo(f"wrote {path}")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
