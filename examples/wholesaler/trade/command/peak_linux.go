package command

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// peak gives the greatest resident memory of the process so far.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		for line := range strings.SplitSeq(string(status), "\n") {
			if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				if kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64); err == nil {
					return kb << 10
				}
			}
		}
	}
	return obtained()
}

// obtained gives what the runtime has from the system: at least what it ever used.
func obtained() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
