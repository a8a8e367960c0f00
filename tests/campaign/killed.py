"""A campaign in a process of its own, so that a test can kill it: python -m tests.campaign.killed PROTOCOL URL OUT"""

import sys

import primum


def main() -> None:
    protocol, url, out = sys.argv[1:]
    run = primum.run(
        protocol, targets=[f"{url}#mock"], judges=[f"{url}#judge"], out=out, concurrency=16, offline=True
    )
    print(run.status)


if __name__ == "__main__":
    main()
