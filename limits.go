package tandem

// Limits of what can grow. They bind commands; a document written under an
// earlier limit is still read.
const (
	MaxNumberText         = 40                    // ASCII characters of a number
	MaxText               = 4096                  // bytes of a free text field
	MaxName               = 256                   // bytes of a name, reference or code
	MaxLines              = 2000                  // lines of one document
	MaxPage               = 1000                  // results fetched at once
	MaxUnits              = 1_000_000_000         // units of one line of a command: sums of thousands of lines stay in range
	MaxMinorUnits         = 1_000_000_000_000_000 // minor units of one amount of a command
	MaxJSONBytes          = 8 << 20               // bytes of one JSON document from outside
	MaxJSONDepth          = 32                    // nesting of one JSON document from outside
	MaxJSONFaults         = 100                   // faults of one JSON document that are reported
	MaxDimensions         = 16                    // analytic dimensions of one line
	MaxAllocation         = 1_000_000             // parts of one allocation
	MaxCalendarDays       = 36_600                // days that a search in a calendar goes through, a hundred years
	MaxCalendarExceptions = 10_000                // dated exceptions of one calendar
	MaxHoursPerDay        = 24                    // ranges of working time of one day
	MaxDecimalScale       = 18                    // digits behind the point that are read before they are judged
)
