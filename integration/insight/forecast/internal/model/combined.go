package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// Combined is the mean of its members: what has won against single methods in
// every competition since Bates and Granger (1969).
type Combined struct {
	Members  []Model
	Names    []string
	Warnings []insight.Warning // of members for which others stand in
}

// named gives the members' names, those that stand in for several with their number.
func (k *Combined) named() string {
	var list []string
	for i, name := range k.Names {
		if slices.Index(k.Names, name) < i {
			continue
		}
		count := 0
		for _, other := range k.Names {
			if other == name {
				count++
			}
		}
		if count > 1 {
			name += fmt.Sprintf(" (%d)", count)
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

func (k *Combined) Points(h int) []float64 {
	out := make([]float64, h)
	for _, m := range k.Members {
		for i, v := range m.Points(h) {
			out[i] += v
		}
	}
	for i := range out {
		out[i] /= float64(len(k.Members))
	}
	return out
}

// Variances are the members' mean and the spread between them, those of a mixture:
// which of them is right is not known either.
func (k *Combined) Variances(h int) []float64 {
	out, centre, n := make([]float64, h), k.Points(h), float64(len(k.Members))
	for _, m := range k.Members {
		variances, points := m.Variances(h), m.Points(h)
		for i := range out {
			d := points[i] - centre[i]
			out[i] += (variances[i] + float64(d*d)) / n
		}
	}
	return out
}

// Path is one of a member chosen by chance.
func (k *Combined) Path(out []float64, r *float.Random) {
	k.Members[r.Below(len(k.Members))].Path(out, r)
}

func (k *Combined) Describe() Description {
	d := Description{Name: "mean of " + k.named(), Warnings: slices.Clone(k.Warnings)}
	for i, m := range k.Members {
		part := m.Describe()
		if d.Fitted == nil {
			d.Fitted = make([]float64, len(part.Fitted))
		}
		for t := range part.Fitted {
			d.Fitted[t] += part.Fitted[t] / float64(len(k.Members))
		}
		if slices.Index(k.Names, k.Names[i]) < i { // its warnings are there
			continue
		}
		for _, w := range part.Warnings {
			w.Text = k.Names[i] + ": " + w.Text
			d.Warnings = append(d.Warnings, w)
		}
	}
	return d
}
