// Pause holds a pod's namespaces open and does nothing else: what registry.k8s.io/pause does, built here because the
// fixture has no registry.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
}
