# make, make check, make install
NAME = @NAME@
XUEJI = xueji
CFLAGS = -O2 -g -Wall -Wextra

# Where xueji was installed, if pkg-config does not look there by itself.
export PKG_CONFIG_PATH := $(PKG_CONFIG_PATH):@PKGCONFIGDIR@
flags := $(shell pkg-config --cflags xueji-plugin)
plugindir := $(shell pkg-config --variable=plugindir xueji-plugin)
ifeq ($(plugindir),)
$(error pkg-config does not find xueji-plugin: set PKG_CONFIG_PATH)
endif

importer-$(NAME).so: $(NAME).c Makefile
	$(CC) $(CFLAGS) $(flags) -fPIC -shared -fvisibility=hidden \
		-o $@ $(NAME).c $(LDLIBS)

check: importer-$(NAME).so
	XUEJI='$(XUEJI)' sh ./test.sh importer-$(NAME).so

# For you alone; install-system is for everybody on this machine.
install: importer-$(NAME).so
	$(XUEJI) plugin install importer-$(NAME).so

install-system: importer-$(NAME).so
	install -D -m 644 -t '$(DESTDIR)$(plugindir)' importer-$(NAME).so

clean:
	rm -f importer-$(NAME).so

.PHONY: check install install-system clean
