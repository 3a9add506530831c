// Package forecast predicts demand.
package forecast
