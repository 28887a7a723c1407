"""Line images -> networks -> CTC -> rescoring -> text. Knows nothing of pages."""
