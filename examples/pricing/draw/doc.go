// Package draw shows a [pricing.Waterfall] to people: as aligned text and as an SVG
// picture. It computes no price; every number stands in the waterfall.
//
// The pictures need no library. Their bars are placed in per cent and their letters
// have a size in pixels, so that a picture is as readable in 400 pixels as in 1400. They
// follow the reader's light or dark scheme.
package draw
