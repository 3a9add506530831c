// Package kendall says whether a series rises or falls, and how fast, without
// assuming a distribution or a straight line.
//
// [Test] counts, over all pairs of values, how often the later one is larger (Mann,
// 1945; Kendall, 1975): exactly distributed for short series without ties, else
// normal with corrections for ties and continuity. With a season, pairs are made
// within the same place of the cycle only (Hirsch, Slack and Smith, 1982), so that a
// peak at Christmas is no trend. The slope is Sen's median of all slopes, its
// confidence limits are those of Gilbert (Statistical Methods for Environmental
// Pollution Monitoring, 1987, sections 16.4 to 17.4). Values that resemble their
// neighbours make any such test see trends that are none: [Test] warns of it, and
// corrects the variance as Hamed and Rao (1998) where it is asked to.
//
// Pairs are not visited one by one: they are counted by merging, in n·log n. Slopes
// are listed up to [MaxPairs] of them; beyond, the median is found by bisection, each
// step a count in n·log n of the slopes that are smaller, since the slope of two points
// is below b exactly where their residuals from a line of slope b are in order. 100,000
// values take a few seconds.
package kendall
