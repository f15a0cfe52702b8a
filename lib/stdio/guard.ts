/**
 * Runs one command so that nothing of it outlives whoever started it, even by kill -9. `/bin/sh` stays as the parent and
 * waits for two things: the end of the command, which it reports on file descriptor 3, and the end of that descriptor,
 * whose other side is held by who started it. Then it ends its process group, and whoever left the group but still
 * carries the mark in its environment. The end of stdin is not enough: a server may ignore it, and so may its children.
 *
 * Arguments: the mark, seconds between SIGTERM and SIGKILL, the command, its arguments.
 */
export const GUARD = `
cs_mark=$1 cs_grace=$2
shift 2
cs_closed=
trap 'cs_closed=1' USR1
trap : TERM HUP INT
exec 4<&0 </dev/null
COUNTERSIGN_PROCESS=$cs_mark
export COUNTERSIGN_PROCESS
"$@" <&4 3<&- 4<&- &
cs_server=$!
unset COUNTERSIGN_PROCESS
PATH=/usr/bin:/bin
exec 4<&- >/dev/null 2>&1
( trap - USR1; read -r _ <&3; while :; do kill -USR1 $$; sleep 1; done ) &
cs_ended=
while [ -z "$cs_closed" ]; do
  if [ -n "$cs_ended" ]; then
    sleep 1
    continue
  fi
  wait "$cs_server"
  cs_ended=$?
  [ -n "$cs_closed" ] || echo "ended $cs_ended" >&3
done
trap '' TERM HUP INT USR1
kill -TERM 0
sleep "$cs_grace"
for cs_file in $(grep -ls "COUNTERSIGN_PROCESS=$cs_mark" /proc/[0-9]*/environ); do
  cs_pid=\${cs_file#/proc/}
  kill -KILL "\${cs_pid%/environ}"
done
kill -KILL 0
`
