@echo off
cd /d "%~dp0"
py -3.12 start.py %*
pause
