package index

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
)

// Scope names lines, by products, categories with all below them, and brands; none
// is everything, less the exceptions.
type Scope struct {
	Products   []tandem.ProductID
	Categories []string
	Brands     []string

	ExceptProducts   []tandem.ProductID
	ExceptCategories []string
	ExceptBrands     []string
}

// Audience names customers and occasions; a dimension without values is open.
type Audience struct {
	Grades   []tandem.GradeCode
	Segments []string
	Channels []string
	Regions  []string
}

// Facts are what is known of an order, whatever its lines.
type Facts struct {
	Date     tandem.Date
	Grade    tandem.GradeCode
	Segments []string
	Channel  string
	Region   string
	Coupons  []string
}

// MaxWords bounds an index: 128 MB.
const MaxWords = 1 << 24

// table maps keys to pairs of bitsets: the pools that name the key, and those that except it.
type table[K comparable] struct {
	row  map[K]int32
	bits []uint64
}

// register gives each key a row.
func register[K comparable](row map[K]int32, keys []K) {
	for _, key := range keys {
		if _, found := row[key]; !found {
			row[key] = int32(len(row))
		}
	}
}

func (t *table[K]) pair(i int32, width int) (named, excepted []uint64) {
	row := t.bits[int(i)*2*width:][:2*width]
	return row[:width], row[width:]
}

func (t *table[K]) fill(width, pool int, named, excepted []K) {
	for _, key := range named {
		row, _ := t.pair(t.row[key], width)
		bitset.Set(row, pool)
	}
	for _, key := range excepted {
		_, row := t.pair(t.row[key], width)
		bitset.Set(row, pool)
	}
}

// dimension maps a fact to the promotions that ask for it; any has those that ask for nothing.
type dimension[K comparable] struct {
	row  map[K]int32
	bits []uint64
	any  []uint64
}

func newDimension[K comparable](width int) dimension[K] {
	return dimension[K]{row: map[K]int32{}, any: make([]uint64, width)}
}

func (d *dimension[K]) fill(i int, values []K) {
	if len(values) == 0 {
		bitset.Set(d.any, i)
	}
	for _, v := range values {
		bitset.Set(d.of(v), i)
	}
}

// of gives the row of a fact, nil if no promotion asks for it.
func (d *dimension[K]) of(value K) []uint64 {
	i, found := d.row[value]
	if !found {
		return nil
	}
	return d.bits[int(i)*len(d.any):][:len(d.any)]
}

// keep clears from live what asks for other facts than these.
func (d *dimension[K]) keep(live []uint64, value K) {
	row := d.of(value)
	for i := range live {
		allowed := d.any[i]
		if row != nil {
			allowed |= row[i]
		}
		live[i] &= allowed
	}
}

func (d *dimension[K]) meets(i int, value K) bool {
	row := d.of(value)
	return bitset.Has(d.any, i) || row != nil && bitset.Has(row, i)
}

// Index answers which promotions and which scopes count. It is built by New, Add… and
// Seal, and does not change after that.
type Index struct {
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

	free     []uint64 // promotions without coupons
	byCoupon map[string][]int32

	scopes    []scope // to be filled in
	audiences []Audience
}

type scope struct {
	pool int
	Scope
}

// New gives an index of so many pools, the first of which are the scopes of promotions.
func New(pools int) Index {
	w := bitset.Words(pools)
	return Index{width: w, everything: make([]uint64, w), free: make([]uint64, w), byCoupon: map[string][]int32{},
		products: table[tandem.ProductID]{row: map[tandem.ProductID]int32{}}, categories: table[string]{row: map[string]int32{}},
		brands: table[string]{row: map[string]int32{}}, grades: newDimension[tandem.GradeCode](w), segments: newDimension[string](w),
		channels: newDimension[string](w), regions: newDimension[string](w)}
}

// AddScope adds a scope under the number of its pool.
func (x *Index) AddScope(pool int, s Scope) {
	if len(s.Products)+len(s.Categories)+len(s.Brands) == 0 {
		bitset.Set(x.everything, pool)
	}
	register(x.products.row, s.Products)
	register(x.products.row, s.ExceptProducts)
	register(x.categories.row, s.Categories)
	register(x.categories.row, s.ExceptCategories)
	register(x.brands.row, s.Brands)
	register(x.brands.row, s.ExceptBrands)
	x.scopes = append(x.scopes, scope{pool, s})
}

// AddPromotion adds who and what the next promotion asks for.
func (x *Index) AddPromotion(a Audience, coupons []string) {
	i := len(x.audiences)
	register(x.grades.row, a.Grades)
	register(x.segments.row, a.Segments)
	register(x.channels.row, a.Channels)
	register(x.regions.row, a.Regions)
	x.audiences = append(x.audiences, a)
	if len(coupons) == 0 {
		bitset.Set(x.free, i)
	}
	for _, code := range coupons {
		if at := x.byCoupon[code]; !slices.Contains(at, int32(i)) {
			x.byCoupon[code] = append(at, int32(i))
		}
	}
}

// Seal ends the building: valid has the dates of each promotion. It refuses an index
// that would be larger than [MaxWords].
func (x *Index) Seal(valid []tandem.Validity) (ok bool) {
	x.findBoundaries(valid)
	rows := 2*(len(x.products.row)+len(x.categories.row)+len(x.brands.row)) +
		len(x.grades.row) + len(x.segments.row) + len(x.channels.row) + len(x.regions.row) + len(x.boundaries) + 1
	if rows > MaxWords/max(1, x.width) {
		return false
	}
	x.products.bits = make([]uint64, 2*x.width*len(x.products.row))
	x.categories.bits = make([]uint64, 2*x.width*len(x.categories.row))
	x.brands.bits = make([]uint64, 2*x.width*len(x.brands.row))
	for _, s := range x.scopes {
		x.products.fill(x.width, s.pool, s.Products, s.ExceptProducts)
		x.categories.fill(x.width, s.pool, s.Categories, s.ExceptCategories)
		x.brands.fill(x.width, s.pool, s.Brands, s.ExceptBrands)
	}
	x.grades.bits, x.segments.bits = make([]uint64, x.width*len(x.grades.row)), make([]uint64, x.width*len(x.segments.row))
	x.channels.bits, x.regions.bits = make([]uint64, x.width*len(x.channels.row)), make([]uint64, x.width*len(x.regions.row))
	for i, a := range x.audiences {
		x.grades.fill(i, a.Grades)
		x.segments.fill(i, a.Segments)
		x.channels.fill(i, a.Channels)
		x.regions.fill(i, a.Regions)
	}
	x.scopes, x.audiences = nil, nil
	x.inherit()
	x.fillDates(valid)
	return true
}

// Width gives the words of a row of pools.
func (x *Index) Width() int { return x.width }

// OnDate reports whether a promotion holds on a date.
func (x *Index) OnDate(i int, d tandem.Date) bool { return bitset.Has(x.onDate(d), i) }

// Meets reports whether a promotion's audience is that of the facts.
func (x *Index) Meets(i int, f *Facts) bool {
	segment := bitset.Has(x.segments.any, i)
	for _, s := range f.Segments {
		segment = segment || x.segments.meets(i, s)
	}
	return segment && x.grades.meets(i, f.Grade) && x.channels.meets(i, f.Channel) && x.regions.meets(i, f.Region)
}

// Opened reports whether a promotion asks for no coupon, or for one that is there.
func (x *Index) Opened(i int, coupons []string) bool {
	return bitset.Has(x.free, i) || x.couponed(coupons, i>>6)>>(i&63)&1 != 0
}

// Opens reports whether a coupon opens a promotion.
func (x *Index) Opens(code string, i int) bool { return slices.Contains(x.byCoupon[code], int32(i)) }

// inherit gives each category what its ancestors have, parents first.
func (x *Index) inherit() {
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
func (x *Index) category(path string) (row int32, found bool) {
	for path != "" {
		if row, found = x.categories.row[path]; found {
			return row, true
		}
		path = parent(path)
	}
	return 0, false
}

// Pools sets the pools that a line lies in: those that name it by anything, less
// those that except it by anything.
func (x *Index) Pools(product tandem.ProductID, path, brand string, out []uint64) {
	copy(out, x.everything)
	var excepted [3][]uint64
	var named []uint64
	if row, found := x.products.row[product]; found {
		named, excepted[0] = x.products.pair(row, x.width)
		bitset.Join(out, named)
	}
	if len(x.categories.row) > 0 {
		if row, found := x.category(path); found {
			named, excepted[1] = x.categories.pair(row, x.width)
			bitset.Join(out, named)
		}
	}
	if len(x.brands.row) > 0 {
		if row, found := x.brands.row[brand]; found {
			named, excepted[2] = x.brands.pair(row, x.width)
			bitset.Join(out, named)
		}
	}
	for _, row := range excepted {
		bitset.Except(out, row)
	}
}

// findBoundaries finds the dates on which promotions begin and end.
func (x *Index) findBoundaries(valid []tandem.Validity) {
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
}

// fillDates builds the stretches between the boundaries.
func (x *Index) fillDates(valid []tandem.Validity) {
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
			bitset.Set(x.dated[s*x.width:], i)
		}
	}
}

// stretch gives how many boundaries lie on or before a date.
func (x *Index) stretch(d tandem.Date) int {
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

func (x *Index) onDate(d tandem.Date) []uint64 { return x.dated[x.stretch(d)*x.width:][:x.width] }

// Live sets the promotions that hold for an order, whatever its lines.
func (x *Index) Live(b *Facts, out []uint64) {
	copy(out, x.onDate(b.Date))
	x.grades.keep(out, b.Grade)
	x.channels.keep(out, b.Channel)
	x.regions.keep(out, b.Region)
	for i := range out {
		allowed := x.segments.any[i]
		for _, segment := range b.Segments {
			if row := x.segments.of(segment); row != nil {
				allowed |= row[i]
			}
		}
		out[i] &= allowed
	}
	if len(x.byCoupon) == 0 {
		return
	}
	for i := range out {
		out[i] &= x.free[i] | x.couponed(b.Coupons, i)
	}
}

// couponed gives a word of the promotions that the coupons open.
func (x *Index) couponed(coupons []string, word int) (w uint64) {
	for _, code := range coupons {
		for _, i := range x.byCoupon[code] {
			if int(i)>>6 == word {
				w |= 1 << (i & 63)
			}
		}
	}
	return w
}
