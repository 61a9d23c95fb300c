"""What a class run hands out: tables, pages, files for other programs."""
