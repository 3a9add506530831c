package pricing_test

import (
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"github.com/tandem-go/tandem/pricing"
)

func cpu() int64 {
	var ts syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 3, uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}

func BenchmarkCPU(b *testing.B) {
	runtime.LockOSThread()
	m := largest()
	for name, lines := range map[string][]pricing.BatchLine{"random": m.lines, "hot": m.lines[:16]} {
		b.Run(name, func(b *testing.B) {
			var p pricing.Pricer
			start := cpu()
			n := 0
			for i := 0; b.Loop(); i++ {
				l := &lines[i&(len(lines)-1)]
				_, _ = p.Line(l.Buyer, l.Product, l.Quantity)
				n++
			}
			b.ReportMetric(float64(cpu()-start)/float64(n), "cpu-ns/op")
		})
	}
}
