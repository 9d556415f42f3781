//! WXSS: values, properties, selectors and sheets.
