package command

import (
	"bytes"
	"fmt"
	"io"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

// publish writes the text, or the JSON object, and the page.
func publish(f *report.Figures, o options, stdout, stderr io.Writer) error {
	text := stdout
	if o.json {
		text = stderr
		if err := f.WriteJSON(stdout); err != nil {
			return err
		}
	}
	if err := f.WriteText(text); err != nil {
		return err
	}
	if o.report == "" {
		return nil
	}
	var page bytes.Buffer
	if err := f.WriteHTML(&page); err != nil {
		return err
	}
	if err := writePage(o.report, page.Bytes()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(text, "\nThe page with charts is in %s\n", o.report)
	return err
}
