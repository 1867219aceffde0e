"""The words of the sign-in."""

from ccbs_desk.config.language import message

PRODUCT = message("CCBS Desk")
PURPOSE = message("Fixed-line workstation")
TITLE = message("Sign in")
USER = message("User name")
PASSWORD = message("Password")
SIGN_IN = message("Sign in")
USER_MISSING = message("Type your user name.")
PASSWORD_MISSING = message("Type your password.")
CHECKING = message("Checking the password")
OFFLINE = message("Without the link those can sign in who have signed in at this desk before.")
