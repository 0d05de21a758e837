/* password.c - a password from the terminal without echo, or from a file; never
 * from the command line, where everybody can read it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"

static volatile sig_atomic_t stopped;

static void
stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/* The first line, without its end. -1: too long, or not to be read. */
static int
read_line(int fd, char out[XJ_PASSWORD_MAX])
{
	size_t n = 0;
	ssize_t got;

	while (n < XJ_PASSWORD_MAX) {
		got = read(fd, out + n, 1);
		if (got < 0 && errno == EINTR && !stopped)
			continue;
		if (got < 0)
			return -1;
		if (got == 0 || out[n] == '\n')
			break;
		n++;
	}
	if (n == XJ_PASSWORD_MAX) {
		errno = EFBIG;
		return -1;
	}
	if (n && out[n - 1] == '\r')
		n--;
	explicit_bzero(out + n, XJ_PASSWORD_MAX - n);
	return 0;
}

static int
read_file(const char *file, char out[XJ_PASSWORD_MAX])
{
	bool standard = strcmp(file, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -1 : read_line(fd, out), number = errno;

	if (fd >= 0 && !standard)
		close(fd);
	return r == 0 ? EXIT_FINE :
	       xj_fail_with(number == ENOENT ? EXIT_MISSING :
			    number == EACCES ? EXIT_DENIED : EXIT_STORE,
			    "%s%s%s", standard ? _("standard input") : file,
			    _(": "), xj_tr(strerrordesc_np(number)));
}

/* Ctrl-C must not leave a terminal behind that shows nothing. */
static int
ask(int tty, char out[XJ_PASSWORD_MAX])
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP };
	struct sigaction act = { .sa_handler = stop };
	struct sigaction before[XJ_COUNT(signals)];
	struct termios shown, hidden;
	int r;

	if (tcgetattr(tty, &shown) < 0)
		return -1;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	for (size_t i = 0; i < XJ_COUNT(signals); i++)
		sigaction(signals[i], &act, &before[i]);
	tcsetattr(tty, TCSAFLUSH, &hidden);
	r = read_line(tty, out);
	tcsetattr(tty, TCSAFLUSH, &shown);
	for (size_t i = 0; i < XJ_COUNT(signals); i++)
		sigaction(signals[i], &before[i], NULL);
	return r;
}

static int
read_terminal(const char *what, char out[XJ_PASSWORD_MAX])
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), r;

	if (tty < 0)
		return xj_usage(_("say --password-file FILE, or - for standard "
				  "input, when nobody is there to be asked"));
	dprintf(tty, _("Password of %s: "), what);
	r = ask(tty, out);
	dprintf(tty, "\n");
	close(tty);
	return stopped ? EXIT_INTERRUPTED : r < 0 ?
	       xj_fail_with(EXIT_STORE, "%s%s%s", "/dev/tty", _(": "),
			    xj_tr(strerrordesc_np(errno))) : EXIT_FINE;
}

int
xj_password_read(const char *file, const char *what,
		 char out[XJ_PASSWORD_MAX])
{
	int code = file ? read_file(file, out) : read_terminal(what, out);

	if (code == EXIT_FINE && !out[0])
		return xj_fail_with(EXIT_USAGE, _("the password is empty"));
	return code;
}
