"""What a patient's pages share: words in two languages, large and calm pages, help, thanks."""
