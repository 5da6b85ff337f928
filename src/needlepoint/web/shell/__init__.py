"""What every page shares: tokens, layout, navigation, browser assets."""
