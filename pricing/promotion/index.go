package promotion

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
)

// A bitset over pools has a bit for each scope that the set knows: first the scope
// of each promotion, in pipeline order, then get pools and components of bundles.
// A line asks the index once for each of product, category and brand.

func set(row []uint64, i int)           { row[i>>6] |= 1 << (i & 63) }
func has(row []uint64, i int) bool      { return row[i>>6]>>(i&63)&1 != 0 }
func zero(row []uint64)                 { clear(row) }
func words(n int) int                   { return (n + 63) / 64 }
func grow[T any](s []T, n int) []T      { return slices.Grow(s[:0], n)[:n] }
func cleared[T any](s []T, n int) []T   { s = grow(s, n); clear(s); return s }
func lowest(w uint64) (i int, r uint64) { return bits.TrailingZeros64(w), w & (w - 1) }

func overlap(a, b []uint64) bool {
	for i, w := range a {
		if w&b[i] != 0 {
			return true
		}
	}
	return false
}

// table maps keys to pairs of bitsets: the pools that name the key, and those that except it.
type table[K comparable] struct {
	row  map[K]int32
	bits []uint64
}

func (t *table[K]) at(key K, width int) (named, excepted []uint64) {
	if t.row == nil {
		t.row = map[K]int32{}
	}
	i, found := t.row[key]
	if !found {
		i = int32(len(t.row))
		t.row[key] = i
		t.bits = append(t.bits, make([]uint64, 2*width)...)
	}
	return t.pair(i, width)
}

func (t *table[K]) pair(i int32, width int) (named, excepted []uint64) {
	row := t.bits[int(i)*2*width:][:2*width]
	return row[:width], row[width:]
}

// dimension maps a fact to the promotions that ask for it; any has those that ask for nothing.
type dimension[K comparable] struct {
	of  map[K][]uint64
	any []uint64
}

func newDimension[K comparable](width int) dimension[K] {
	return dimension[K]{of: map[K][]uint64{}, any: make([]uint64, width)}
}

func (d *dimension[K]) add(i int, values []K) {
	if len(values) == 0 {
		set(d.any, i)
	}
	for _, v := range values {
		if d.of[v] == nil {
			d.of[v] = make([]uint64, len(d.any))
		}
		set(d.of[v], i)
	}
}

// keep clears from live what asks for other facts than these.
func (d *dimension[K]) keep(live []uint64, value K) {
	row := d.of[value]
	for i := range live {
		allowed := d.any[i]
		if row != nil {
			allowed |= row[i]
		}
		live[i] &= allowed
	}
}

func (d *dimension[K]) meets(i int, value K) bool {
	row := d.of[value]
	return has(d.any, i) || row != nil && has(row, i)
}

type index struct {
	width      int      // words of a bitset over pools
	everything []uint64 // pools that name nothing
	products   table[tandem.ProductID]
	categories table[string]
	brands     table[string]

	boundaries []tandem.Date // ascending; between them the same promotions hold
	dated      []uint64      // a bitset for each stretch

	grades   dimension[tandem.GradeCode]
	segments dimension[string]
	channels dimension[string]
	regions  dimension[string]

	free    []uint64 // promotions without coupons
	coupons map[string][]int32
}

func newIndex(pools int) index {
	w := words(pools)
	return index{width: w, everything: make([]uint64, w), free: make([]uint64, w), coupons: map[string][]int32{},
		grades: newDimension[tandem.GradeCode](w), segments: newDimension[string](w),
		channels: newDimension[string](w), regions: newDimension[string](w)}
}

func (x *index) addScope(pool int, s *Scope) {
	if s.Everything() {
		set(x.everything, pool)
	}
	addKeys(&x.products, x.width, pool, s.Products, s.ExceptProducts)
	addKeys(&x.categories, x.width, pool, s.Categories, s.ExceptCategories)
	addKeys(&x.brands, x.width, pool, s.Brands, s.ExceptBrands)
}

func addKeys[K comparable](t *table[K], width, pool int, named, excepted []K) {
	for _, key := range named {
		row, _ := t.at(key, width)
		set(row, pool)
	}
	for _, key := range excepted {
		_, row := t.at(key, width)
		set(row, pool)
	}
}

// inherit gives each category what its ancestors have, parents first.
func (x *index) inherit() {
	paths := make([]string, 0, len(x.categories.row))
	for path := range x.categories.row {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	for _, path := range paths {
		up, found := x.category(parent(path))
		if !found {
			continue
		}
		named, excepted := x.categories.pair(up, x.width)
		row, exceptedRow := x.categories.pair(x.categories.row[path], x.width)
		for i := range row {
			row[i] |= named[i]
			exceptedRow[i] |= excepted[i]
		}
	}
}

func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// category finds the row of a path, or of its nearest ancestor that has one.
func (x *index) category(path string) (row int32, found bool) {
	for path != "" {
		if row, found = x.categories.row[path]; found {
			return row, true
		}
		path = parent(path)
	}
	return 0, false
}

// pools sets the pools that a line lies in.
func (x *index) pools(l *Line, out []uint64) {
	copy(out, x.everything)
	product, byProduct := x.products.row[l.Product]
	category, byCategory := int32(0), false
	if len(x.categories.row) > 0 {
		category, byCategory = x.category(l.Category)
	}
	brand, byBrand := int32(0), false
	if len(x.brands.row) > 0 {
		brand, byBrand = x.brands.row[l.Brand]
	}
	if byProduct {
		join(out, x.products.bits[int(product)*2*x.width:])
	}
	if byCategory {
		join(out, x.categories.bits[int(category)*2*x.width:])
	}
	if byBrand {
		join(out, x.brands.bits[int(brand)*2*x.width:])
	}
	if byProduct {
		except(out, x.products.bits[int(product)*2*x.width+x.width:])
	}
	if byCategory {
		except(out, x.categories.bits[int(category)*2*x.width+x.width:])
	}
	if byBrand {
		except(out, x.brands.bits[int(brand)*2*x.width+x.width:])
	}
}

func join(out, row []uint64) {
	for i := range out {
		out[i] |= row[i]
	}
}

func except(out, row []uint64) {
	for i := range out {
		out[i] &^= row[i]
	}
}

// addDates builds the stretches between the boundaries of all validities.
func (x *index) addDates(valid []tandem.Validity) {
	for _, v := range valid {
		if !v.From.IsZero() {
			x.boundaries = append(x.boundaries, v.From)
		}
		if !v.Until.IsZero() {
			x.boundaries = append(x.boundaries, v.Until)
		}
	}
	slices.SortFunc(x.boundaries, tandem.Date.Compare)
	x.boundaries = slices.Compact(x.boundaries)
	x.dated = make([]uint64, (len(x.boundaries)+1)*x.width)
	for i, v := range valid {
		from, until := 0, len(x.boundaries)+1
		if !v.From.IsZero() {
			from = x.stretch(v.From)
		}
		if !v.Until.IsZero() {
			until = x.stretch(v.Until)
		}
		for s := from; s < until; s++ {
			set(x.dated[s*x.width:], i)
		}
	}
}

// stretch gives how many boundaries lie on or before a date.
func (x *index) stretch(d tandem.Date) int {
	low, high := 0, len(x.boundaries)
	for low < high {
		mid := (low + high) / 2
		if d.Before(x.boundaries[mid]) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

func (x *index) onDate(d tandem.Date) []uint64 { return x.dated[x.stretch(d)*x.width:][:x.width] }

// live sets the promotions that hold for the basket, whatever its lines.
func (x *index) live(b *Basket, out []uint64) {
	copy(out, x.onDate(b.Date))
	x.grades.keep(out, b.Grade)
	x.channels.keep(out, b.Channel)
	x.regions.keep(out, b.Region)
	for i := range out {
		allowed := x.segments.any[i]
		for _, segment := range b.Segments {
			if row := x.segments.of[segment]; row != nil {
				allowed |= row[i]
			}
		}
		out[i] &= allowed
	}
	if len(x.coupons) == 0 {
		return
	}
	for i := range out {
		out[i] &= x.free[i] | x.couponed(b.Coupons, i)
	}
}

// couponed gives a word of the promotions that the coupons open.
func (x *index) couponed(coupons []string, word int) (w uint64) {
	for _, code := range coupons {
		for _, i := range x.coupons[code] {
			if int(i)>>6 == word {
				w |= 1 << (i & 63)
			}
		}
	}
	return w
}
