# First process of the node's namespaces: hides the host's directories that the kubelet and containerd insist on, so
# that clusters do not meet there and the host keeps nothing, then reaps what is orphaned. All dies and vanishes with it.
set -e
for directory in /run /var/lib /var/log; do
  # The mount that holds it may be shared with the host, which must not see what comes.
  mount --make-private "$(stat -c %m "$directory")"
  mount -t tmpfs tmpfs "$directory"
done
mkdir -p /run/lock /var/lib/kubelet/device-plugins /var/log/containers
echo ready > "$1"
while :; do
  sleep 86400 &
  wait
done
