"""`python -m voicecraft.local.stripe`: run the server of test payments in the foreground."""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import KEY, SECRET, LocalStripe


def main() -> int:
    """Serve until SIGTERM or Ctrl-C. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m voicecraft.local.stripe", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--webhook-url", default="", help="where events are sent")
    parser.add_argument("--key", default=KEY, help="the secret key that requests must show")
    parser.add_argument("--secret", default=SECRET, help="what webhooks are signed with")
    parser.add_argument("--state", type=Path, help="a file that keeps everything over restarts")
    parser.add_argument(
        "--public-url", default="", help="how browsers reach this server, if not by host and port"
    )
    options = parser.parse_args()
    real = os.environ.get("STRIPE_SECRET_KEY", "")
    if real and real != options.key:
        print("STRIPE_SECRET_KEY is set: test payments do not run beside a real key.", file=sys.stderr)  # noqa: T201
        return 1
    server = LocalStripe(
        host=options.host, port=options.port, webhook_url=options.webhook_url, key=options.key,
        secret=options.secret, state=options.state, public_url=options.public_url,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    with server:
        print(f"Test payments (no money moves): {server.url}", flush=True)  # noqa: T201
        server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
