"""primum serve"""

from typing import Annotated

import typer


def serve(
    store: Annotated[
        str, typer.Argument(help="The database of the runs: a file, or postgresql://… for a team.")
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
        typer.Option("--trusted-proxy", help="Address of a server in front whose X-Forwarded-For is believed."),
    ] = None,
    invite: Annotated[
        str,
        typer.Option("--invite-lead", help="Print a one-time link for a lead with this sign-in name, and serve."),
    ] = "",
    name: Annotated[str, typer.Option("--name", help="The lead's name, as it is printed in a signature.")] = "",
) -> None:
    """Serve the review of a store's runs to a team, with accounts. See docs/review.md.

    The first start names a lead, who then invites the others on the page People.
    """
    import time

    from primum.errors import PrimumError
    from primum.review.accounts import all_accounts
    from primum.review.accounts import invite as invite_account
    from primum.review.passwords import check_argon2
    from primum.review.web.serve import files_of, origin_shown, serve_team
    from primum.store import open_store

    check_argon2()
    files = files_of(certificate, key)
    shown = origin_shown(url, host, port, files is not None)
    opened = open_store(store)
    raise NotImplementedError
