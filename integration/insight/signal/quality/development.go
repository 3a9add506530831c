package quality

import "github.com/tandem-go/tandem/internal/float"

// Cohort is what was claimed of the units shipped in one bucket.
type Cohort struct {
	Age     int       `json:"age"`     // whole buckets since that of the shipment, 0 for the last one
	Claimed []float64 `json:"claimed"` // by lag: in the bucket of the shipment, one later, …
}

// Development says which share of the claims is in by which age.
type Development struct {
	Share   []float64 `json:"share"`   // by age, the last one 1
	Claimed float64   `json:"claimed"` // units that it was estimated from
}

// At gives the share of the claims that is in at an age.
func (d Development) At(age int) float64 {
	if age < 0 {
		return 0
	}
	if age >= len(d.Share) {
		return 1
	}
	return d.Share[age]
}

// Develop estimates the delay of claims up to reach buckets. Of those with lag j or
// less, in cohorts old enough to show lag j, the share r_j came at j itself: the
// reverse hazard. The share that is in by j-1 is that by j times 1-r_j. With a prior,
// so many claims that spread evenly over 0 to reach are added, which keeps a curve of
// few claims from saying 0 or 1; without claims or prior all are in at once. Claims
// that lie beyond the cohort's age, or are negative or no number, are passed over.
func Develop(cohorts []Cohort, reach int, prior float64) Development {
	reach = min(max(reach, 0), MaxLags)
	if !(prior > 0) || !float.Finite(prior) {
		prior = 0
	}
	at, until := make([]float64, reach+1), make([]float64, reach+1)
	for _, c := range cohorts {
		sum := 0.0
		for j := 0; j <= min(reach, c.Age); j++ {
			if j < len(c.Claimed) && c.Claimed[j] > 0 && float.Finite(c.Claimed[j]) {
				at[j] += c.Claimed[j]
				sum += c.Claimed[j]
			}
			until[j] += sum
		}
	}
	d := Development{Share: make([]float64, reach+1)}
	d.Share[reach] = 1
	for j, v := range at {
		d.Claimed += v
		at[j] += prior / float64(reach+1)
		until[j] += float64(prior*float64(j+1)) / float64(reach+1)
	}
	for j := reach; j > 0; j-- {
		d.Share[j-1] = d.Share[j]
		if until[j] > 0 {
			d.Share[j-1] *= max(1-at[j]/until[j], 0)
		}
	}
	return d
}
