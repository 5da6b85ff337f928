"""Papers: note, letter, packet, instructions, consent and calendar, looked at before they leave."""
