"""What the README claims about speed and calibration, measured."""
