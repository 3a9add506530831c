package picture

import (
	"fmt"
	"strings"
	"unicode"
)

// Grouped writes a whole number with commas.
func Grouped(n int64) string {
	s := fmt.Sprint(n)
	at := len(s)
	if n < 0 {
		return "−" + Grouped(-n)
	}
	for at > 3 {
		at -= 3
		s = s[:at] + "," + s[at:]
	}
	return s
}

// Counted writes a number of things.
func Counted(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case what == "delivery":
		what = "deliverie"
	}
	return Grouped(int64(n)) + " " + what + "s"
}

// Upper begins a sentence.
func Upper(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// Wrapped breaks a sentence into lines at blanks, though not before a percent sign.
func Wrapped(s string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(strings.ReplaceAll(s, " %", "\u00a0%")) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\u00a0", " ")
	}
	return lines
}

// Clip gives a text of at most so many letters.
func Clip(s string, most int) string {
	if letters := []rune(s); len(letters) > max(most, 1) {
		return strings.TrimRight(string(letters[:max(most, 1)-1]), " ,") + "…"
	}
	return s
}

// Breadth gives the width that a strong label takes at most, in drawing units: capitals and figures are broad.
func Breadth(s string) (width float64) {
	for _, r := range s {
		switch {
		case r == 'M' || r == 'W' || r == '%' || r == '…':
			width += 13
		case r == 'I' || r == 'i' || r == 'l' || r == ' ' || r == '.' || r == ',' || r == '\'':
			width += 5
		case unicode.IsUpper(r) || unicode.IsDigit(r):
			width += 9.6
		default:
			width += 8.3
		}
	}
	return width
}

// Clipped gives a text that is at most so wide as a strong label, in drawing units.
func Clipped(s string, width float64) string {
	for most := len([]rune(s)); Breadth(s) > width && most > 0; most-- {
		s = Clip(s, most)
	}
	return s
}

// Lines breaks a name into at most so many lines, each at most so wide as a strong label; what does not fit is cut.
func Lines(name string, width float64, most int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(name) {
		if line != "" && len(lines)+1 < most && Breadth(line+" "+word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = Clipped(lines[i], width)
	}
	return lines
}
