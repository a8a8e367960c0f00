"""primum serve"""

from typing import Annotated

import typer


def serve(
    store: Annotated[
        str, typer.Argument(help="The database of the runs: postgresql://…, a file, or a run's folder.")
    ],
    url: Annotated[
        str, typer.Option("--url", help="The address people type, for example https://review.clinic.example.")
    ] = "",
    host: Annotated[
        str, typer.Option("--host", help="Address to listen at. Default: this machine only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen at.")] = 8321,
    certificate: Annotated[str, typer.Option("--certificate", help="TLS certificate file (PEM).")] = "",
    key: Annotated[str, typer.Option("--key", help="Key file of the certificate (PEM).")] = "",
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            "--trusted-proxy", help="Address of a server in front whose X-Forwarded-For is believed."
        ),
    ] = None,
    lead: Annotated[
        str,
        typer.Option(
            "--lead", help="Print a link for the lead of this sign-in name: the first, or one locked out."
        ),
    ] = "",
    name: Annotated[
        str, typer.Option("--name", help="The name of a new lead, as printed in a signature.")
    ] = "",
) -> None:
    """Serve the review of a store's runs to a team, with accounts, until Ctrl-C. See docs/review.md.

    The first start names a lead, who then invites the others on the page People.
    """
    import time
    from pathlib import Path

    from primum.errors import PrimumError
    from primum.review.desk import Desk
    from primum.review.passwords import check_argon2
    from primum.review.web.serve import first_lead, serve_team
    from primum.store import open_store

    check_argon2()
    if bool(certificate) != bool(key):
        raise PrimumError("--certificate and --key belong together; give both or neither")
    desk = Desk(open_store(_there(store)))
    if not desk.people() and not lead:
        raise PrimumError(
            "nobody may enter this store yet; name its first lead: --lead NAME@CLINIC --name 'Dr NAME'"
        )
    serve_team(
        desk,
        url=url,
        host=host,
        port=port,
        certificate=(Path(certificate), Path(key)) if certificate else None,
        proxies=proxy or (),
        ready=lambda origin: typer.echo(
            f"Serving the review at {origin}"
            + (f"\n{first_lead(desk, lead, name, origin, time.time())}" if lead else "")
        ),
    )


def _there(store: str) -> str:
    """The store that is named, or that of a run's folder. A file that is not there is a slip of the pen."""
    from pathlib import Path

    from primum.archive import STORE_FILE
    from primum.errors import PrimumError

    path = Path(store) / STORE_FILE if Path(store).is_dir() else Path(store)
    if "://" not in store and not path.is_file():
        raise PrimumError(f"there is no store {path}; name the database of your runs")
    return store if "://" in store else str(path)
