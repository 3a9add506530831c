//go:build !linux

package command

import "runtime"

// peak gives what the runtime has from the system: at least what it ever used.
func peak() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
