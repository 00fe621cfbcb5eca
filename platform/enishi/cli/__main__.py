from enishi.cli import main

main()
