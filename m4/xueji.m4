# xueji.m4 - checks of our own for configure.ac

# XJ_C17: the C compiler speaks C17 with GNU extensions.
AC_DEFUN([XJ_C17], [
AC_LANG_PUSH([C])
_XJ_SPEAKS([$CC], [__STDC_VERSION__ >= 201710L], [],
	[CC="$CC -std=gnu17"
	 _XJ_SPEAKS([$CC], [__STDC_VERSION__ >= 201710L], [],
		[AC_MSG_ERROR([the C compiler does not know C17])])])
AC_LANG_POP([C])
])

# XJ_CXX17: the C++ compiler speaks C++17.
AC_DEFUN([XJ_CXX17], [
AC_LANG_PUSH([C++])
_XJ_SPEAKS([$CXX], [__cplusplus >= 201703L], [],
	[CXX="$CXX -std=gnu++17"
	 _XJ_SPEAKS([$CXX], [__cplusplus >= 201703L], [],
		[AC_MSG_ERROR([the C++ compiler does not know C++17])])])
AC_LANG_POP([C++])
])

# _XJ_SPEAKS(COMPILER, CONDITION, IF-TRUE, IF-FALSE)
AC_DEFUN([_XJ_SPEAKS], [
AC_MSG_CHECKING([whether $1 has $2])
AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#if !($2)
#error "older"
#endif
int main(void) { return 0; }
]])],
	[AC_MSG_RESULT([yes])
	 $3],
	[AC_MSG_RESULT([no])
	 $4])
])

# XJ_NEED(VARIABLE, MODULE, DEBIAN-PACKAGE): a library without which there is
# no Xueji.
AC_DEFUN([XJ_NEED], [
PKG_CHECK_MODULES([$1], [$2], [],
	[AC_MSG_ERROR([the library $2 was not found; on Debian, install $3])])
])

# XJ_STEMMER: Snowball's stemmers, which have no .pc file everywhere.
AC_DEFUN([XJ_STEMMER], [
AC_ARG_VAR([STEMMER_LIBS], [linker flags for libstemmer])
AC_CHECK_HEADER([libstemmer.h], [],
	[AC_MSG_ERROR([libstemmer.h was not found; on Debian, install libstemmer-dev])])
AS_IF([test -z "$STEMMER_LIBS"], [STEMMER_LIBS=-lstemmer])
])

# XJ_CSV: the reader of comma-separated values, which has no .pc file.
AC_DEFUN([XJ_CSV], [
AC_ARG_VAR([CSV_LIBS], [linker flags for libcsv])
AC_CHECK_HEADER([csv.h], [],
	[AC_MSG_ERROR([csv.h was not found; on Debian, install libcsv-dev])])
AS_IF([test -z "$CSV_LIBS"], [CSV_LIBS=-lcsv])
])

# XJ_OPENCC: the data that traditional characters are folded by, and what
# turns it into text. Both are needed to build alone.
AC_DEFUN([XJ_OPENCC], [
AC_ARG_VAR([OPENCC_DATA], [folder of TSCharacters.ocd2])
AC_PATH_PROG([OPENCC_DICT], [opencc_dict])
AS_IF([test -z "$OPENCC_DICT"],
	[AC_MSG_ERROR([opencc_dict was not found; on Debian, install opencc])])
AS_IF([test -z "$OPENCC_DATA"], [OPENCC_DATA=/usr/share/opencc])
AS_IF([test ! -r "$OPENCC_DATA/TSCharacters.ocd2"],
	[AC_MSG_ERROR([TSCharacters.ocd2 was not found in $OPENCC_DATA; on Debian, install libopencc-data, or set OPENCC_DATA])])
])

# XJ_RIME: the dictionaries that say how characters are read and written. To build
# alone.
AC_DEFUN([XJ_RIME], [
AC_ARG_VAR([RIME_DATA], [folder of luna_pinyin.dict.yaml and stroke.dict.yaml])
AS_IF([test -z "$RIME_DATA"], [RIME_DATA=/usr/share/rime-data])
AS_IF([test ! -r "$RIME_DATA/luna_pinyin.dict.yaml"],
	[AC_MSG_ERROR([luna_pinyin.dict.yaml was not found in $RIME_DATA; on Debian, install rime-data-luna-pinyin, or set RIME_DATA])])
AS_IF([test ! -r "$RIME_DATA/stroke.dict.yaml"],
	[AC_MSG_ERROR([stroke.dict.yaml was not found in $RIME_DATA; on Debian, install rime-data-stroke, or set RIME_DATA])])
])

# XJ_MUPDF: the header, and what must be linked with the library: nothing when
# it is shared; when it is static, all that its package was built with.
AC_DEFUN([XJ_MUPDF], [
AC_ARG_VAR([MUPDF_CFLAGS], [C compiler flags for MuPDF])
AC_ARG_VAR([MUPDF_LIBS], [linker flags for MuPDF])
xj_save_CPPFLAGS=$CPPFLAGS
CPPFLAGS="$CPPFLAGS $MUPDF_CFLAGS"
AC_CHECK_HEADER([mupdf/fitz.h], [],
	[AC_MSG_ERROR([mupdf/fitz.h was not found; on Debian, install libmupdf-dev])])
AC_MSG_CHECKING([how to link MuPDF])
AS_IF([test -z "$MUPDF_LIBS"], [
	xj_save_LIBS=$LIBS
	xj_fonts="-lfreetype -lharfbuzz"
	xj_images="-lopenjp2 -ljbig2dec -ljpeg"
	for xj_libs in "-lmupdf" \
		"-lmupdf -lmupdf-third -lmujs -lgumbo $xj_images $xj_fonts -lz -lm"
	do
		LIBS="$xj_libs $xj_save_LIBS"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([[
#include <stddef.h>
#include <mupdf/fitz.h>
]], [[
fz_context *c = fz_new_context(NULL, NULL, 0);
fz_register_document_handlers(c);
]])], [MUPDF_LIBS=$xj_libs; break])
	done
	LIBS=$xj_save_LIBS
])
CPPFLAGS=$xj_save_CPPFLAGS
AS_IF([test -z "$MUPDF_LIBS"], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([cannot link MuPDF; on Debian, install libmupdf-dev libmujs-dev libgumbo-dev libopenjp2-7-dev libjbig2dec0-dev libjpeg-dev libfreetype-dev libharfbuzz-dev zlib1g-dev, or set MUPDF_LIBS])
])
AC_MSG_RESULT([$MUPDF_LIBS])
])

# XJ_WARNINGS: WARN_CFLAGS and WARN_CXXFLAGS; --enable-werror.
AC_DEFUN([XJ_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [a compiler warning is an error])],
	[], [enable_werror=no])
WARN_CFLAGS="-Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes"
WARN_CXXFLAGS="-Wall -Wextra -Wshadow"
AS_IF([test "$enable_werror" = yes], [
	WARN_CFLAGS="$WARN_CFLAGS -Werror"
	WARN_CXXFLAGS="$WARN_CXXFLAGS -Werror"
])
AC_SUBST([WARN_CFLAGS])
AC_SUBST([WARN_CXXFLAGS])
])

# XJ_SANITIZERS: SANITIZE_FLAGS, which define XJ_SANITIZED for every source;
# --enable-sanitizers.
# NO_UNDEFINED lets the linker refuse a plugin that leans on its host; with
# sanitizers their library is such a host.
AC_DEFUN([XJ_SANITIZERS], [
AC_ARG_ENABLE([sanitizers],
	[AS_HELP_STRING([--enable-sanitizers],
		[build with address and undefined behaviour checks])],
	[], [enable_sanitizers=no])
SANITIZE_FLAGS=
NO_UNDEFINED=-Wl,-z,defs
AS_IF([test "$enable_sanitizers" = yes], [
	SANITIZE_FLAGS="-fsanitize=address,undefined -fno-omit-frame-pointer"
	SANITIZE_FLAGS="$SANITIZE_FLAGS -fno-sanitize-recover=all -DXJ_SANITIZED"
	NO_UNDEFINED=
])
AC_SUBST([SANITIZE_FLAGS])
AC_SUBST([NO_UNDEFINED])
AM_CONDITIONAL([SANITIZED], [test "$enable_sanitizers" = yes])
])

# XJ_OCR: tesseract, which reads pages that are pictures, unless --without-ocr
# says that nobody needs it. Without the option it is left out where it is not.
AC_DEFUN([XJ_OCR], [
AC_ARG_WITH([ocr],
	[AS_HELP_STRING([--without-ocr],
		[do not read scanned pages, even if tesseract is there])],
	[], [with_ocr=auto])
AS_IF([test "$with_ocr" != no],
	[PKG_CHECK_MODULES([TESSERACT], [tesseract >= 5 lept >= 1.79],
		[with_ocr=yes],
		[AS_IF([test "$with_ocr" = yes],
			[AC_MSG_ERROR([tesseract was not found; on Debian, install libtesseract-dev and libleptonica-dev])])
		 with_ocr=no])])
AM_CONDITIONAL([OCR], [test "$with_ocr" = yes])
])
