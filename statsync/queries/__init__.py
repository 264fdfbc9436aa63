"""The only reader others use: plain values, no querysets. One file per subject."""
