#!/usr/bin/env bash
# Installs the Debian packages that the tests need (printing, fonts, a browser), where they are missing.
set -euo pipefail

packages=(
    libreoffice-calc libreoffice-writer      # print the samples as an office would
    chromium                                 # opens the HTML report
    dovecot-imapd                            # a real IMAP server, started by the tests themselves
    poppler-utils                            # pdftotext, pdftoppm: a second opinion on PDFs
    fonts-noto-cjk fonts-wqy-zenhei fonts-wqy-microhei  # Hei
    fonts-arphic-gbsn00lp fonts-arphic-uming # Song
    fonts-arphic-gkai00mp fonts-arphic-ukai  # Kai
)

missing=()
for package in "${packages[@]}"; do
    if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed"; then
        missing+=("$package")
    fi
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" != 0 ]; then
    echo "测试需要以下 Debian 软件包，请先以 root 安装：apt-get install ${missing[*]}" >&2
    exit 1
fi
echo "正在安装测试所需的 Debian 软件包：${missing[*]} …" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
