"""Where is what happened kept?"""
