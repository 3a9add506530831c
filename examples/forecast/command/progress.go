package command

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// progress tells on standard error how far a long run is: on a terminal in a line that is written anew, elsewhere a
// line every ten seconds. A short run says nothing.
type progress struct {
	out      io.Writer
	terminal bool
	total    int
	begun    time.Time

	mu    sync.Mutex
	last  time.Time
	shown bool
}

// The times between two lines, and before the first.
const (
	terminalPause = 200 * time.Millisecond
	filePause     = 10 * time.Second
)

func newProgress(out io.Writer, total int) *progress {
	p := &progress{out: out, total: total, begun: time.Now()}
	if f, ok := out.(*os.File); ok && os.Getenv("TERM") != "dumb" {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	p.last = p.begun
	return p
}

// done is told how many forecasts are; it may be called from any goroutine.
func (p *progress) done(n int) { p.at(n, time.Now()) }

func (p *progress) at(n int, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pause := filePause
	if p.terminal {
		pause = terminalPause
	}
	if now.Sub(p.last) < pause || n >= p.total {
		return
	}
	p.last, p.shown = now, true
	text := line(n, p.total, now.Sub(p.begun))
	if p.terminal {
		fmt.Fprintf(p.out, "\r\033[K%s", text)
	} else {
		fmt.Fprintln(p.out, text)
	}
}

// end clears the line and says how long it took, if anything was shown.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shown {
		return
	}
	if p.terminal {
		fmt.Fprint(p.out, "\r\033[K")
	}
	took := time.Since(p.begun)
	fmt.Fprintf(p.out, "%d forecasts in %s, %.0f a second\n", p.total, took.Round(time.Second/10), float64(p.total)/took.Seconds())
}

func line(n, total int, took time.Duration) string {
	text := fmt.Sprintf("%d of %d forecasts (%d %%)", n, total, 100*n/max(total, 1))
	if n > 0 && took > 0 {
		rate := float64(n) / took.Seconds()
		left := time.Duration(float64(total-n) / rate * float64(time.Second))
		text += fmt.Sprintf(", %.1f a second, %s left", rate, left.Round(time.Second))
	}
	return text
}
