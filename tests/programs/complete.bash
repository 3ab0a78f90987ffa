# Complete a command line as bash does at Tab: complete.bash SCRIPT WORD…
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_cqrs_gen_completion cqrs-gen
printf 'offered %s\n' "${COMPREPLY[@]}"
