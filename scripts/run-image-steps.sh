#!/usr/bin/env bash
# Carries out the Dockerfile's steps in a temporary directory, without a Docker engine, and runs what the image would run:
# the gateway starts as the unprivileged user, its health check passes, and SIGTERM ends it with status 0.
# What this cannot show: that the base images exist, and steps that change the system (apt-get), which are named and skipped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runtime=$root/node_modules/.bin/node
work=$(mktemp -d)
gateway=
finish() {
  [ -z "$gateway" ] || kill "$gateway" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work"

context=$work/context
mkdir "$context"
"$runtime" "$root/scripts/dockerfile.ts" --context | tar -C "$root" -cf - -T - | tar -C "$context" -xf -

stage= dir=/ user=0:0 entrypoint= command= health=
copy() { # arguments of COPY
  local from=$context words=() target
  for word in "$@"; do
    case $word in --from=*) from=$work/${word#--from=} ;; *) words+=("$word") ;; esac
  done
  target=${words[-1]}
  unset 'words[-1]'
  case $target in /*) target=$work/$stage$target ;; *) target=$work/$stage$dir/$target ;; esac
  for source in "${words[@]}"; do
    if [ -d "$from/$source" ]; then
      mkdir -p "$target" && cp -a "$from/$source/." "$target/"
    else
      mkdir -p "$(dirname "$target/.")" && cp -a "$from/$source" "$target/"
    fi
  done
}

while IFS=$'\t' read -r -u 3 name instruction argument; do
  name=${name// /-}
  if [ "$name" != "$stage" ]; then
    stage=$name dir=/ user=0:0
    mkdir -p "$work/$stage"
  fi
  echo "[$stage] $instruction ${argument:0:100}"
  case $instruction in
    WORKDIR) dir=$argument && mkdir -p "$work/$stage$dir" ;;
    # shellcheck disable=SC2086 # the words of the instruction
    COPY) copy $argument ;;
    RUN)
      case $argument in
        *apt-get*) echo '  skipped: it changes the system' ;;
        *) (cd "$work/$stage$dir" && sh -ec "$argument" </dev/null) ;;
      esac
      ;;
    USER) user=$argument ;;
    ENTRYPOINT) entrypoint=$argument ;;
    CMD) command=$argument ;;
    HEALTHCHECK) health=[${argument#*[} ;;
    ENV) export "${argument?}" ;;
    EXPOSE) ;;
    *) echo "  not known here: $instruction" >&2 && exit 1 ;;
  esac
done 3< <("$runtime" "$root/scripts/dockerfile.ts" --steps)

# The words of an exec form, one a line, with the image's /data moved into the temporary directory.
words() { "$runtime" -p 'JSON.parse(process.argv[1]).join("\n")' "$1" | sed "s#^/data/#$work/data/#"; }
readarray -t entrypoint < <(words "$entrypoint")
readarray -t command < <(words "$command")
readarray -t health < <(words "$health")

as_user=(env -i PATH=/usr/bin:/bin NODE_ENV="${NODE_ENV:-}")
if [ "$(id -u)" -eq 0 ]; then
  as_user=(setpriv "--reuid=${user%:*}" "--regid=${user#*:}" --clear-groups --no-new-privs "${as_user[@]}")
fi
cd "$work/$stage$dir"
if ldd node_modules/.bin/node | grep 'not found'; then
  echo 'run-image-steps: the runtime lacks a library' >&2
  exit 1
fi
"${as_user[@]}" "${entrypoint[@]}" gateway --help

mkdir "$work/data"
"$root/liaison" certs-dev init --out "$work/data/certs" --agencies xa.customs >/dev/null
[ "$(id -u)" -ne 0 ] || chown -R "$user" "$work/data"
"${as_user[@]}" "${entrypoint[@]}" gateway init --data "$work/data/gateway" --origin gateway.example.org/log --port 0 \
  --anchors "$work/data/certs/ca/root.pem" --revocation-lists "$work/data/certs/ca/root.crl.pem" \
  --certificate "$work/data/certs/gateway/tls.pem" --key "$work/data/certs/gateway/tls.key"

"${as_user[@]}" "${entrypoint[@]}" "${command[@]}" &
gateway=$!
for attempt in {1..40}; do
  if "${as_user[@]}" "${health[@]}" 2>/dev/null; then break; fi
  [ "$attempt" -lt 40 ] || { echo 'run-image-steps: the health check does not pass' >&2; exit 1; }
  sleep 0.5
done
kill -TERM "$gateway"
wait "$gateway"
gateway=
echo 'run-image-steps: the image would start, be healthy and stop'
