package main

import (
	"io"
	"os"

	"github.com/tandem-go/tandem/examples/wholesaler/internal/report"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/story"
)

// progress draws a bar on a terminal, and nothing anywhere else.
type progress struct{ bar *report.Bar }

func newProgress(out io.Writer) *progress {
	if f, ok := out.(*os.File); ok && report.Terminal(f) {
		return &progress{report.NewBar(f)}
	}
	return &progress{}
}

// tick gives what the story calls once a day.
func (p *progress) tick() func(story.Progress) {
	if p.bar == nil {
		return nil
	}
	return func(s story.Progress) { p.bar.Show(s.Day, s.Rows, s.Total) }
}

func (p *progress) done() {
	if p.bar != nil {
		p.bar.Clear()
	}
}
