#!/usr/bin/env sh
# What must be equal on every Node, as lines `hash <what> <sha256>`; run by scripts/on-node.ts with
# the Node in question first in the PATH.
set -eu
cd "$(dirname "$0")/.."
exec node --import tsx test/determinism/hashes.ts
