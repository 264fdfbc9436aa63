"""Management forms, one file per subject: they check what can be known here, and put
TaskRouter's own refusals beside the field they name."""
