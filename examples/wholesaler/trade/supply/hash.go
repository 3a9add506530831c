package supply

// Choose gives one of n choices for a name, always the same for the same seed: FNV-1a of seed and name, mixed so that
// the low bits are fit for a remainder (the finaliser lowbias32 of Chris Wellons).
func Choose(seed, name string, n int) int {
	const offset, prime = 2166136261, 16777619
	h := uint32(offset)
	for _, s := range [...]string{seed, name} {
		for i := range len(s) {
			h = (h ^ uint32(s[i])) * prime
		}
	}
	h ^= h >> 16
	h *= 0x7feb352d
	h ^= h >> 15
	h *= 0x846ca68b
	h ^= h >> 16
	return int(h % uint32(n))
}

// LeadTime gives a product's lead time in trading days: 5, 10 or 15.
func LeadTime(seed, product string) int { return [...]int{5, 10, 15}[Choose(seed, product, 3)] }

// Lateness gives the trading days by which a purchase is late: three in ten are.
func Lateness(seed, purchase string) int {
	return [...]int{0, 0, 0, 0, 0, 0, 0, 3, 3, 8}[Choose(seed, purchase, 10)]
}
