#!/usr/bin/env bash
# Builds the image and runs it as it is meant to be run: read-only root, an ordinary user without privileges, only /data and /tmp
# to write to. Needs no Docker engine: buildah builds in a chroot, on a base made by debootstrap, and the container is this
# machine's own namespaces. Where buildah is missing it says so and skips.
#
#   BASE=…       an image to build on instead of the debootstrap one
#   MIRROR=…     where debootstrap gets Debian from
#   WHEELS=…     a folder with every wheel of requirements.lock, to build without a package index
set -euo pipefail
cd "$(dirname "$0")/../.."

skip() { echo "image-test: SKIPPED: $1"; exit 0; }
step() { echo "image-test: $1"; }
fail() { echo "image-test: FAILED: $1" >&2; exit 1; }

command -v buildah >/dev/null || skip "buildah is not installed (apt-get install buildah debootstrap)"
[ "$(id -u)" = 0 ] || skip "building without an engine needs root here"

export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
python="${PYTHON:-.venv/bin/python}"
work="$PWD/build/image"
mkdir -p "$work"

base="${BASE:-}"
if [ -z "$base" ]; then
    command -v debootstrap >/dev/null || skip "debootstrap is not installed, and no BASE is given"
    base=localhost/monitor-test-base
    if [ ! -e "$work/base/.complete" ]; then
        step "making a base (Debian with Python, once) …"
        rm -rf "$work/base"
        debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
            bookworm "$work/base" ${MIRROR:+"$MIRROR"} >"$work/base.log" 2>&1 \
            || fail "debootstrap: see $work/base.log"
        touch "$work/base/.complete"
    fi
    if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
        container=$(buildah from scratch)
        buildah add --quiet "$container" "$work/base" / >/dev/null
        buildah commit --quiet "$container" "$base" >/dev/null
        buildah rm "$container" >/dev/null
    fi
fi

step "building …"
buildah rmi localhost/monitor-test >/dev/null 2>&1 || true
settings=(--format docker --network host --layers=false --build-arg BASE="$base")
if [ -n "${WHEELS:-}" ]; then
    settings+=(--build-arg PIP_NO_INDEX=1 --build-arg PIP_FIND_LINKS=/wheels --volume "$(realpath "$WHEELS"):/wheels:ro")
elif [ -d /etc/ssl/certs ]; then
    # Whom this machine trusts, the build trusts: a company's proxy would otherwise end it.
    settings+=(--volume /etc/ssl/certs:/etc/ssl/certs:ro)
fi
buildah bud "${settings[@]}" --tag localhost/monitor-test . >"$work/build.log" 2>&1 \
    || { tail -30 "$work/build.log" >&2; fail "build: see $work/build.log"; }

step "what the image says of itself …"
say() { buildah inspect --type image --format "{{$1}}" localhost/monitor-test; }
[ "$(say .Docker.Config.User)" = 10001:10001 ] || fail "it does not run as an ordinary user"
say .Docker.Config.Healthcheck | grep -q doctor || fail "it has no health check"
say .Docker.Config.Volumes | grep -q /data || fail "its data has no volume"

# ── the container ────────────────────────────────────────────────────────────────────────────────────────────────────

container=$(buildah from localhost/monitor-test)
root=$(buildah mount "$container")
data=$(mktemp -d)
daemon=""
finish() {
    # Its child is unshare, which takes the whole container with it.
    if [ -n "$daemon" ]; then pkill -KILL --parent "$daemon" || true; fi
    buildah umount "$container" >/dev/null || true
    buildah rm "$container" >/dev/null || true
    rm -rf "$data"
}
trap finish EXIT
chown 10001:10001 "$data"

# Runs a program in the container: root read-only, /proc, /dev and a noexec /tmp of its own, no privileges to gain or to keep.
# shellcheck disable=SC2016
inside() {
    unshare --mount --pid --fork --kill-child --propagation private bash -c '
        set -e
        root=$1 data=$2; shift 2
        mount --bind "$root" "$root"
        mount --bind "$data" "$root/data"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs -o noexec,nosuid,nodev,size=64m tmpfs "$root/tmp"
        mount -o remount,bind,ro "$root"
        cd /
        exec setpriv --no-new-privs env --ignore-environment \
            PATH=/opt/monitor/bin:/usr/bin:/bin MONITOR_CONFIG="${MONITOR_CONFIG:-/config/monitor.toml}" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
            "$(command -v chroot)" --userspec=10001:10001 "$root" "$@"
    ' inside "$root" "$data" "$@"
}

step "read-only, as an ordinary user …"
inside /opt/monitor/bin/python - <<'PYTHON'
import os, pathlib
assert os.getuid() == 10001, os.getuid()
status = dict(line.split(":\t") for line in pathlib.Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
assert int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1", status
for place in ("/", "/opt/monitor", "/config", "/usr", "/etc"):
    assert not os.access(place, os.W_OK), place
    try:
        pathlib.Path(place, "written").touch()
    except OSError as refused:
        assert refused.errno in (30, 13), refused
    else:
        raise SystemExit(f"{place} can be written")
for place in ("/data", "/tmp"):
    pathlib.Path(place, "written").touch()
    pathlib.Path(place, "written").unlink()
PYTHON

step "the configuration that it ships …"
inside monitor check

step "from feed to alert (monitor demo) …"
inside monitor demo --speed 2 --listen "" >"$work/demo.log" 2>&1 || { tail -20 "$work/demo.log" >&2; fail "the demo ended badly"; }
for said in 5,000 4,500 6,000; do
    grep -q "$said" "$work/demo.log" || fail "the demo delivered nothing about $said: see $work/demo.log"
done

step "the daemon, its page, its health check, its end …"
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$data/monitor.toml" <<TOML
database = "monitor.db"
[fetch]
allow_private = ["127.0.0.0/8"]
timeout = "2s"
[web]
listen = "127.0.0.1:$port"
[[feed]]
url = "http://127.0.0.1:$port/static/icon.svg"
name = "no feed"
[[topic]]
id = "all"
query = "*"
TOML
export MONITOR_CONFIG=/data/monitor.toml
inside monitor run >"$work/daemon.log" 2>&1 &
daemon=$!
"$python" - "$port" <<'PYTHON' || { cat "$work/daemon.log" >&2; fail "the page does not answer"; }
import sys, time, urllib.request
until = time.monotonic() + 60
while True:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/healthz", timeout=5) as answer:
            print("image-test:   ", answer.read().decode())
        with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/", timeout=5) as answer:
            assert "What is new" in answer.read().decode()
        break
    except OSError:
        if time.monotonic() > until:
            raise
        time.sleep(0.2)
PYTHON
inside monitor doctor --alive || fail "the health check fails beside a daemon that works"
[ "$(stat -c %u "$data/monitor.db")" = 10001 ] || fail "the database is not the container's own"
kill -TERM "$(pgrep --parent "$(pgrep --parent "$daemon")")"
timeout 15 tail --pid="$daemon" -f /dev/null || fail "SIGTERM did not end it within 15 s: see $work/daemon.log"
wait "$daemon" || fail "SIGTERM did not end it well: see $work/daemon.log"
daemon=""
grep -q stopped "$work/daemon.log" || fail "it did not stop by itself"

step "done: the image builds, runs read-only without privileges, and delivers ($(buildah images --format '{{.Size}}' localhost/monitor-test | head -1), of which base $(buildah images --format '{{.Size}}' "$base" | head -1))"
