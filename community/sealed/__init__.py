"""The pages of sealed messages: shells for the screens in the browser, and what explains them."""
