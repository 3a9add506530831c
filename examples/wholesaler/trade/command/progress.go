package command

import (
	"io"
	"os"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
)

// tellings is how often the story is told: the second time must give the same figures.
const tellings = 2

// progress draws a bar on a terminal, and nothing anywhere else. It fills once for all tellings.
type progress struct {
	bar  *report.Bar
	told int
}

func newProgress(out io.Writer) *progress {
	if f, ok := out.(*os.File); ok && report.Terminal(f) && os.Getenv("TERM") != "dumb" {
		return &progress{bar: report.NewBar(f)}
	}
	return &progress{}
}

// tick gives what the story calls once a day, for the next telling.
func (p *progress) tick() func(story.Progress) {
	if p.bar == nil {
		return nil
	}
	before := p.told
	p.told++
	return func(s story.Progress) { p.bar.Show(s.Day, before*s.Total+s.Rows, tellings*s.Total) }
}

// part gives what is called when a part of the insight is ready.
func (p *progress) part() func(string) {
	if p.bar == nil {
		return nil
	}
	return p.bar.Note
}

func (p *progress) done() {
	if p.bar != nil {
		p.bar.Clear()
	}
}
