"""Partner pooling areas 合作统筹区: with whom work together is agreed, on what, until when."""
